/** Calls back for keys that are pressed in this terminal; without one it does nothing. Answers the way to stop. */
export function watchKeys(onKey: Readonly<Record<string, () => void>>): () => void {
  const { stdin } = process;
  if (!stdin.isTTY) return () => {};
  const read = (keys: Buffer) => {
    for (const key of keys.toString()) {
      // A terminal that hands over single keys leaves Ctrl-C to whoever reads them.
      if (key === '\u0003') process.kill(process.pid, 'SIGINT');
      else onKey[key]?.();
    }
  };
  stdin.setRawMode(true).on('data', read).resume();
  return () => {
    stdin.off('data', read).setRawMode(false).pause();
  };
}
