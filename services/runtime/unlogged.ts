/**
 * The same AWS client without the step that prepares its requests and answers for a log. Nothing listens to that log, and
 * walking every value for it takes a tenth of a busy worker's time.
 */
export function unlogged<Client extends { readonly middlewareStack: { remove(name: string): boolean } }>(
  client: Client,
): Client {
  client.middlewareStack.remove('loggerMiddleware');
  return client;
}
