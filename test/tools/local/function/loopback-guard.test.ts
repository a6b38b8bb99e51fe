import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
});
afterAll(() => aws.close());

it.each([
  ['fetch', 'await fetch("http://example.com/")', 'example.com'],
  [
    'https',
    'await new Promise((_, no) => require("https").get("https://sqs.us-east-1.amazonaws.com/", no).on("error", no))',
    'sqs.us-east-1.amazonaws.com',
  ],
  [
    'an address',
    'await new Promise((_, no) => require("net").connect(80, "169.254.169.254").on("error", no))',
    '169.254.169.254',
  ],
  [
    'IPv6',
    'await new Promise((_, no) => require("net").connect({ port: 80, host: "2001:db8::1" }).on("error", no))',
    '2001:db8::1',
  ],
  [
    'tls',
    'await new Promise((_, no) => require("tls").connect(443, "example.com").on("error", no))',
    'example.com',
  ],
  ['a name that only looks local', 'await fetch("http://127.0.0.1.example.com/")', '127.0.0.1.example.com'],
  ['dns.lookup', 'await require("util").promisify(require("dns").lookup)("example.com")', 'example.com'],
  [
    'dns.resolve',
    'await new Promise((yes, no) => require("dns").resolve4("example.com", (e) => e ? no(e) : yes()))',
    'example.com',
  ],
  ['a resolver', 'await new (require("dns").promises.Resolver)().resolveTxt("example.com")', 'example.com'],
  ['UDP', 'require("dgram").createSocket("udp4").send("x", 53, "8.8.8.8")', '8.8.8.8'],
  [
    'an import',
    'const { lookup } = await import("node:dns/promises"); await lookup("example.com")',
    'example.com',
  ],
  [
    'a worker thread',
    'await new Promise((_, no) => new (require("worker_threads").Worker)("require(\'net\').connect(80, \'example.com\')", { eval: true }).on("error", no))',
    'example.com',
  ],
])('refuses to leave this machine by %s, naming host and function', async (way, body, host) => {
  const name = `out-by-${way.replaceAll(/\W/g, '-')}`;
  await aws.addFunction(name, `exports.handler = async () => { ${body} };`);
  const { functionError, payload } = await aws.functions.invoke(name, '{}');
  expect(functionError).toBe('Unhandled');
  const said = [payload, ...aws.logs.lines(`/aws/lambda/${name}`).map(({ message }) => message)].join('\n');
  expect(said).toContain(`function "${name}" tried to reach ${host}`);
});

it('lets through what stays on this machine', async () => {
  await aws.addFunction(
    'stays',
    `const dns = require('node:dns/promises');
    exports.handler = async () => {
      const { address } = await dns.lookup('localhost');
      const { port } = new URL(process.env.AWS_ENDPOINT_URL);
      const answers = await Promise.all(['127.0.0.1', 'localhost', '127.0.0.1'].map((host) => fetch('http://' + host + ':' + port)));
      return [address, ...answers.map(({ status }) => status)];
    };`,
  );
  const { payload } = await aws.functions.invoke('stays', '{}');
  expect(JSON.parse(payload)).toEqual([expect.stringMatching(/^(127\.0\.0\.1|::1)$/), 403, 403, 403]);
});
