/** Why an API destination's endpoint may not be called from here; nothing when it may: HTTP on this machine alone. */
export function refusalOfEndpoint(endpoint: string): string | undefined {
  const problem = problemOfLoopbackUrl(endpoint);
  return (
    problem && `${problem}: the local engine calls http://127.0.0.1, http://localhost and http://[::1] alone`
  );
}

/** What keeps a URL from being HTTP on this machine; nothing when it is. */
export function problemOfLoopbackUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null) return `"${text}" is no URL`;
  if (url.protocol !== 'http:') return `"${text}" is not HTTP`;
  if (/^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])$/.test(url.hostname)) return undefined;
  return `"${url.hostname}" is not this machine`;
}
