'use strict';
const { format } = require('node:util');

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', log: 'INFO', info: 'INFO', warn: 'WARN', error: 'ERROR' };

/** Makes `console` write lines as Lambda's runtime does: tab-separated text, or JSON with a level filter. */
module.exports = function logConsole({ isJson, level, requestId }) {
  const least = isJson ? Math.max(LEVELS.indexOf(level), 0) : 0;
  const render = isJson ? renderJson : renderText;
  for (const [method, name] of Object.entries(METHODS)) {
    const isHeard = LEVELS.indexOf(name) >= least;
    console[method] = isHeard ? (...args) => process.stdout.write(render(name, requestId(), args)) : () => {};
  }
};

function renderText(level, requestId, args) {
  // One line break within a message would make two log events of it.
  const message = format(...args).replaceAll('\n', '\r');
  return `${[new Date().toISOString(), requestId, level, message].join('\t')}\n`;
}

function renderJson(level, requestId, args) {
  const [first] = args;
  const error = args.find((arg) => arg instanceof Error);
  const line = {
    timestamp: new Date().toISOString(),
    level,
    requestId,
    message: args.length === 1 && isPlain(first) ? first : format(...args),
    ...(error && {
      errorType: error.name,
      errorMessage: error.message,
      stackTrace: error.stack?.split('\n').slice(1),
    }),
  };
  return `${JSON.stringify(line)}\n`;
}

function isPlain(value) {
  return typeof value === 'object' && value !== null && !(value instanceof Error);
}
