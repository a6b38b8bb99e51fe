/** The person at the keyboard, or the system, ended a command before it was done: the CLI says so and exits with the signal's code. */
export class Interrupted extends Error {
  /** 128 and the signal's number, as shells count. */
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals, signalNumber: number) {
    super(`stopped by ${signal}; nothing was left running.`);
    this.name = 'Interrupted';
    this.exitCode = 128 + signalNumber;
  }
}
