import { AwsError } from '../wire/aws-error.ts';
import { xmlElements, xmlTexts } from '../wire/xml.ts';

/** A tag of an object, spelled as in S3's documents. */
export interface ObjectTag {
  readonly Key: string;
  readonly Value: string;
}

/** Tags as `x-amz-tagging` has them: `a=1&b=x%20y`, empty for none. Throws InvalidArgument, InvalidTag, BadRequest. */
export function tagsOfHeader(header = ''): readonly ObjectTag[] {
  const pairs = header.split('&').filter((pair) => pair !== '');
  let tags: readonly ObjectTag[];
  try {
    tags = pairs.map(tagOfPair);
  } catch (cause) {
    throw invalidHeader(header, cause);
  }
  if (findDuplicate(tags)) throw invalidHeader(header);
  return checked(tags);
}

/** Tags as a `<Tagging>` document has them. Throws MalformedXML, InvalidTag, BadRequest. */
export function tagsOfDocument(document: string): readonly ObjectTag[] {
  // `<Value/>` says what `<Value></Value>` says.
  const expanded = document.replace(/<(\w+)(\s[^<>]*)?\/>/g, '<$1></$1>');
  const [tagSet, ...more] = xmlElements(xmlElements(expanded, 'Tagging')[0] ?? '', 'TagSet');
  if (tagSet === undefined || more.length > 0) throw malformedXml();
  const elements = xmlElements(tagSet, 'Tag');
  // What is no whole tag must not be taken for an empty set, which takes all tags away.
  if (elements.reduce((rest, element) => rest.replace(`<Tag>${element}</Tag>`, ''), tagSet).trim() !== '') {
    throw malformedXml();
  }
  const tags = elements.map((element) => {
    const [[Key, ...keys], [Value, ...values]] = [xmlTexts(element, 'Key'), xmlTexts(element, 'Value')];
    if (Key === undefined || Value === undefined || keys.length + values.length > 0) throw malformedXml();
    return { Key, Value };
  });
  const duplicate = findDuplicate(tags);
  if (duplicate) {
    throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key', {
      details: { TagKey: duplicate.Key },
    });
  }
  return checked(tags);
}

function tagOfPair(pair: string): ObjectTag {
  const [key = '', value = '', ...more] = pair.split('=').map((part) => part.replaceAll('+', ' '));
  if (more.length > 0) throw new Error(`more than one = in ${pair}`);
  return { Key: decodeURIComponent(key), Value: decodeURIComponent(value) };
}

function findDuplicate(tags: readonly ObjectTag[]): ObjectTag | undefined {
  return tags.find(({ Key }, index) => tags.findIndex((other) => other.Key === Key) < index);
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html */
function checked(tags: readonly ObjectTag[]): readonly ObjectTag[] {
  if (tags.length > 10) throw new AwsError('BadRequest', 'Object tags cannot be greater than 10');
  for (const { Key, Value } of tags) {
    if (/^aws:/i.test(Key)) {
      throw new AwsError('InvalidTag', 'Your TagKey cannot be prefixed with aws:', {
        details: { TagKey: Key },
      });
    }
    if (Key === '' || Key.length > 128 || !ALLOWED.test(Key)) {
      throw new AwsError('InvalidTag', 'The TagKey you have provided is invalid', {
        details: { TagKey: Key },
      });
    }
    if (Value.length > 256 || !ALLOWED.test(Value)) {
      throw new AwsError('InvalidTag', 'The TagValue you have provided is invalid', {
        details: { TagKey: Key, TagValue: Value },
      });
    }
  }
  return tags;
}

const ALLOWED = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

function invalidHeader(header: string, cause?: unknown): AwsError {
  return new AwsError(
    'InvalidArgument',
    "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.",
    { cause, details: { ArgumentName: 'x-amz-tagging', ArgumentValue: header } },
  );
}

function malformedXml(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}
