'use strict';
const { statSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

/** The handler function that `file.export` names under the task root. Throws errors named as Lambda's runtime names them. */
module.exports = async function loadHandler(taskRoot, handlerName) {
  const base = path.basename(handlerName);
  const dot = base.indexOf('.');
  if (dot < 1 || dot === base.length - 1)
    throw named('Runtime.MalformedHandlerName', `Bad handler: "${handlerName}"`);
  const stem = path.resolve(taskRoot, path.dirname(handlerName), base.slice(0, dot));
  const exported = await loadModule(stem);

  const handler = base
    .slice(dot + 1)
    .split('.')
    .reduce((value, key) => value?.[key], exported);
  if (handler === undefined)
    throw named('Runtime.HandlerNotFound', `${handlerName} is undefined or not exported`);
  if (typeof handler !== 'function')
    throw named('Runtime.HandlerNotFound', `${handlerName} is not a function`);
  if (handler.length > 2)
    throw named(
      'Runtime.CallbackHandlerDeprecated',
      `${handlerName} takes a callback, which Node.js 24 on Lambda does not support: make it async and return the result`,
    );
  return handler;
};

async function loadModule(stem) {
  const file = ['.js', '.mjs', '.cjs', ''].map((extension) => stem + extension).find(isFile);
  if (!file) throw named('Runtime.ImportModuleError', `Error: Cannot find module '${path.basename(stem)}'`);
  try {
    return await requireOrImport(file);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw named('Runtime.UserCodeSyntaxError', `SyntaxError: ${error.message}`, error);
    if (error?.code === 'MODULE_NOT_FOUND' || error?.code === 'ERR_MODULE_NOT_FOUND')
      throw named('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    throw error;
  }
}

async function requireOrImport(file) {
  if (file.endsWith('.mjs')) return import(pathToFileURL(file).href);
  try {
    return require(file);
  } catch (error) {
    if (error?.code !== 'ERR_REQUIRE_ESM') throw error;
    return import(pathToFileURL(file).href);
  }
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function named(name, message, cause) {
  const error = new Error(message, { cause });
  error.name = name;
  if (cause?.stack) error.stack = `${name}: ${cause.stack}`;
  return error;
}
