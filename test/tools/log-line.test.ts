import { expect, it } from 'vitest';
import { renderLogLine } from '../../tools/log-line.ts';

const timestamp = new Date(2026, 10, 21, 9, 30, 0, 5).getTime();

function render(message: string | object, group = '/aws/lambda/shop-price'): string {
  const text = typeof message === 'string' ? message : JSON.stringify(message);
  return renderLogLine({ group, stream: 's', message: text, timestamp });
}

it('shows time, function, level, message and fields of a logger’s record', () => {
  const line = render({
    level: 'INFO',
    message: 'order priced',
    timestamp: '2026-11-21T08:30:00.004Z',
    service: 'price',
    sampling_rate: 0,
    xray_trace_id: '1-6b02-ef45',
    ms: 12,
    order: 'A 1',
    note: '',
    isPaid: false,
    coupon: null,
    ids: ['a', 'b'],
    lines: [{ sku: 'x' }],
    tax: { rate: 0.2 },
  });
  expect(line).toBe(
    '  09:30:00.005  shop-price  INFO   order priced  ms=12 order="A 1" note="" isPaid=false coupon=null ids=a,b lines=[{"sku":"x"}] tax={"rate":0.2}\n',
  );
});

it('shows the first of a long list, and how many more there are', () => {
  const events = Array.from({ length: 1_000 }, (_, n) => `e${n}`);
  expect(render({ level: 'INFO', message: 'batch handled', events })).toBe(
    '  09:30:00.005  shop-price  INFO   batch handled  events=e0,e1,e2,…+997\n',
  );
});

it('shows an error with its stack and its causes, indented', () => {
  const cause = { name: 'Error', message: 'reset', stack: 'Error: reset\n    at socket (net.js:1:2)' };
  const error = { name: 'TypeError', message: 'no', stack: 'TypeError: no\n    at price (p.js:3:4)', cause };
  expect(render({ level: 'ERROR', message: 'message failed', order: 'A-1', error })).toBe(
    [
      '  09:30:00.005  shop-price  ERROR  message failed  order=A-1',
      '      TypeError: no',
      '          at price (p.js:3:4)',
      '      caused by Error: reset',
      '          at socket (net.js:1:2)',
      '',
    ].join('\n'),
  );
});

it('shows an error that the runtime logs once, not three times', () => {
  const line = render({
    timestamp: '2026-11-21T08:30:00.004Z',
    level: 'ERROR',
    requestId: 'r-1',
    message: 'Invoke Error Error: no\n    at price (p.js:3:4)',
    errorType: 'Error',
    errorMessage: 'no',
    stackTrace: ['    at price (p.js:3:4)'],
  });
  expect(line).toBe(
    '  09:30:00.005  shop-price  ERROR  Invoke Error Error: no  requestId=r-1 errorType=Error\n          at price (p.js:3:4)\n',
  );
});

it('takes the fields of a record that was logged without a message', () => {
  expect(render({ level: 'INFO', requestId: 'r-1', message: { order: 'A-1' } })).toBe(
    '  09:30:00.005  shop-price  INFO   order=A-1 requestId=r-1\n',
  );
});

it('shows what Lambda itself says of an invocation', () => {
  const record = {
    requestId: 'r-1',
    metrics: { durationMs: 1.5 },
    status: 'error',
    errorType: 'Sandbox.Timedout',
  };
  expect(render({ time: '2026-11-21T08:30:00.004Z', type: 'platform.report', record })).toBe(
    '  09:30:00.005  shop-price  ERROR  platform.report  requestId=r-1 status=error errorType=Sandbox.Timedout durationMs=1.5\n',
  );
});

it('takes apart a line of Lambda’s text format', () => {
  expect(render('2026-11-21T08:30:00.004Z\tr-1\tWARN\tlate:\r  by a day')).toBe(
    '  09:30:00.005  shop-price  WARN   late:  requestId=r-1\n        by a day\n',
  );
});

it.each([
  ['text', 'START RequestId: r-1 Version: $LATEST'],
  ['an event', '{"version":"0","detail":{"message":"hello"}}'],
  ['JSON that is cut off', '{"level":"INFO","message":'],
  ['a list', '["level","message"]'],
])('shows %s as it was written', (_, message) => {
  expect(render(`${message}\n`, 'journal')).toBe(`  09:30:00.005  journal  ${message}\n`);
});

it('lets no control character reach the terminal', () => {
  expect(render({ level: 'INFO', message: 'uploaded', name: '\u001b[2Jx.png' })).toBe(
    '  09:30:00.005  shop-price  INFO   uploaded  name=\\x1b[2Jx.png\n',
  );
});
