/**
 * Walks a picture's container and tells what it comes by. Never throws. Returns where the picture ends, or where the walk
 * could not go on: what is behind is not part of the picture.
 */
export type ContainerReader = (bytes: Buffer, found: Discoveries) => number;

export interface Discoveries {
  /** Pixels as a header declares them, of the whole or of a frame. */
  size(width: number, height: number): void;
  /** A piece that is not pixels: a comment, Exif, a colour profile, what nobody knows. */
  metadata(piece: Buffer): void;
  /** A piece that zlib unpacks. */
  deflated(piece: Buffer): void;
}
