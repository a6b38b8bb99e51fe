/** Why an API destination's endpoint may not be called from here; nothing when it may: HTTP on this machine alone. */
export function refusalOfEndpoint(endpoint: string): string | undefined {
  const advice = 'the local engine calls http://127.0.0.1, http://localhost and http://[::1] alone';
  const url = URL.parse(endpoint);
  if (url === null) return `"${endpoint}" is no URL: ${advice}`;
  if (url.protocol !== 'http:') return `"${endpoint}" is not HTTP: ${advice}`;
  if (/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname)) return undefined;
  return `"${url.hostname}" is not this machine: ${advice}`;
}
