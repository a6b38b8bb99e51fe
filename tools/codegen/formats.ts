import { fastFormats } from 'ajv-formats/dist/formats.js';

const date =
  '\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\\d|30)|02-(?:0[1-9]|[12]\\d))';
const time = '(?:[01]\\d|2[0-3]):[0-5]\\d:(?:[0-5]\\d|60)(?:\\.\\d+)?(?:Z|[+-](?:[01]\\d|2[0-3]):[0-5]\\d)';

/**
 * The values of `format` that a schema may use, each as one regular expression: ajv writes those into a validator,
 * whereas a function would bring all of ajv-formats (11 KB) into every bundle. Dates know the days of a month, not leap years.
 */
export const formats: Readonly<Record<string, RegExp>> = {
  ...expressionsOf(fastFormats),
  date: new RegExp(`^${date}$`),
  time: new RegExp(`^${time}$`),
  'date-time': new RegExp(`^${date}T${time}$`, 'i'),
};

function expressionsOf(all: Readonly<Record<string, unknown>>): Record<string, RegExp> {
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, RegExp] => entry[1] instanceof RegExp),
  );
}
