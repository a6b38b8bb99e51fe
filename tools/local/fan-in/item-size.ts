import type { AttributeValue, Item } from './dynalite.ts';

/**
 * An item's size in bytes as DynamoDB counts it: names and texts in UTF-8, numbers by their significant digits.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: Item): number {
  let bytes = 0;
  for (const name in item) {
    const value = item[name];
    if (value) bytes += Buffer.byteLength(name) + valueSize(value);
  }
  return bytes;
}

function valueSize(typed: AttributeValue): number {
  for (const type in typed) {
    const value = typed[type];
    switch (type) {
      case 'S':
        return Buffer.byteLength(String(value));
      case 'N':
        return numberSize(String(value));
      case 'B':
        return Buffer.byteLength(String(value), 'base64');
      case 'SS':
        return sum(value, (text) => Buffer.byteLength(String(text)));
      case 'NS':
        return sum(value, (number) => numberSize(String(number)));
      case 'BS':
        return sum(value, (binary) => Buffer.byteLength(String(binary), 'base64'));
      case 'L':
        return 3 + sum(value, (element) => 1 + valueSize(element as AttributeValue));
      case 'M':
        return 3 + Object.keys(value as Item).length + itemSize(value as Item);
    }
  }
  // BOOL and NULL.
  return 1;
}

function numberSize(number: string): number {
  const digits = number
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
  return Math.ceil(digits.length / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}

function sum(values: unknown, size: (value: unknown) => number): number {
  let bytes = 0;
  for (const value of Array.isArray(values) ? values : []) bytes += size(value);
  return bytes;
}

/** Write units of one item: whole KB, by the larger of what was there and what is to be. */
export function writeUnits(before: Item | undefined, after: Item | undefined): number {
  const bytes = Math.max(before ? itemSize(before) : 0, after ? itemSize(after) : 0);
  return Math.max(1, Math.ceil(bytes / 1_024));
}

/** Read units of one item: whole 4 KB, half of it when an eventually consistent read will do. */
export function readUnits(item: Item | undefined, isConsistent: boolean): number {
  const units = Math.max(1, Math.ceil((item ? itemSize(item) : 0) / 4_096));
  return isConsistent ? units : units / 2;
}
