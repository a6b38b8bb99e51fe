import type { ImagesDemoOutcome } from '../images/run-images-demo.ts';

/** What a contact sheet shows: what became of the pictures, and those that can be shown. */
export interface ContactSheet {
  readonly outcome: ImagesDemoOutcome;
  readonly madeAt: Date;
  /** In the order of the outcome's pictures. */
  readonly shown: readonly ShownPicture[];
}

export interface ShownPicture {
  /** The upright original, or why there is none to be seen. */
  readonly original: InlinePicture | { readonly reason: string };
  /** What was made of it, by S3 key: data URIs. Those that are missing would have made the page too large. */
  readonly made: ReadonlyMap<string, string>;
}

/** A picture as a data URI, with its size in pixels. */
export interface InlinePicture {
  readonly src: string;
  readonly width: number;
  readonly height: number;
}
