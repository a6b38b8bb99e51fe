'use strict';
// Preloaded with --require, so worker threads and forked processes of a handler carry it too.

const dgram = require('node:dgram');
const dns = require('node:dns');
const { syncBuiltinESMExports } = require('node:module');
const net = require('node:net');

const functionName = process.env.AWS_LAMBDA_FUNCTION_NAME;
const endpoint = process.env.AWS_ENDPOINT_URL;

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function guardedConnect(...args) {
  const host = hostOfConnect(args);
  if (isLoopback(host)) return connect.apply(this, args);
  const error = refusal(host);
  // As net itself reports a failed look-up: clients attach their listeners within this tick.
  process.nextTick(() => this.destroy(error));
  return this;
};

for (const name of ['connect', 'send']) {
  const original = dgram.Socket.prototype[name];
  dgram.Socket.prototype[name] = function guardedDatagram(...args) {
    const host = args.slice(1).find((arg) => typeof arg === 'string');
    if (!isLoopback(host)) throw refusal(host);
    return original.apply(this, args);
  };
}

const withCallback = (error, rest) => process.nextTick(rest.at(-1), error);
const withPromise = (error) => Promise.reject(error);
guardLookups(dns, withCallback);
guardLookups(dns.Resolver.prototype, withCallback);
guardLookups(dns.promises, withPromise);
guardLookups(dns.promises.Resolver.prototype, withPromise);
syncBuiltinESMExports();

function guardLookups(api, refuse) {
  for (const name of Object.getOwnPropertyNames(api)) {
    const original = api[name];
    if (typeof original !== 'function' || !/^(lookup|resolve|reverse)/.test(name)) continue;
    api[name] = function guardedLookup(host, ...rest) {
      return isLoopback(host) ? original.call(this, host, ...rest) : refuse(refusal(host), rest);
    };
    // Carries over what util.promisify looks for.
    Object.defineProperties(api[name], Object.getOwnPropertyDescriptors(original));
  }
}

/** The host of `connect(options)`, `connect(port, host)` or `connect(path)`; nothing for a path, which stays on this machine. */
function hostOfConnect(args) {
  const first = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (first !== null && typeof first === 'object') return first.path ? undefined : first.host;
  return typeof args[1] === 'string' ? args[1] : undefined;
}

function isLoopback(host) {
  if (!host) return true;
  const name = String(host).toLowerCase();
  return name === 'localhost' || name === '::1' || (net.isIP(name) !== 0 && /^(::ffff:)?127\./.test(name));
}

function refusal(host) {
  const message = `function "${functionName}" tried to reach ${host}: only this machine can be reached from here. Use the endpoint in AWS_ENDPOINT_URL (${endpoint}).`;
  process.stderr.write(`${message}\n`);
  return Object.assign(new Error(message), { code: 'ERR_NOT_LOOPBACK', host });
}
