import faceapi from '@vladmandic/face-api/dist/face-api.node-wasm.js';
import sharp from 'sharp';
import { openImage, type RgbPixels, readRgb } from '../decode-image.ts';
import { withPixels } from '../tensorflow.ts';

/** A face, in pixels of the upright picture. */
export interface Face {
  /** 0 to 1. */
  readonly confidence: number;
  readonly box: Box;
  readonly landmarks: Landmark[];
}

export interface Landmark {
  /** Left and right as the viewer sees them. */
  readonly name: 'leftEye' | 'rightEye' | 'nose' | 'mouthLeft' | 'mouthRight';
  readonly x: number;
  readonly y: number;
}

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface DetectedFaces {
  readonly width: number;
  readonly height: number;
  /** The surest first. */
  readonly faces: readonly Face[];
}

export interface FaceDetectorOptions {
  /** The folder with the models of `faceModelFiles`. */
  readonly modelFolder: string;
  /** How sure the first model must be, 0 to 1. @default 0.5 */
  readonly minConfidence?: number;
}

export const FACE_MODEL = `face-api ${faceapi.version} SSD MobileNetV1 + Tiny`;

/**
 * Loads the models; TensorFlow must have been started. The answer finds the faces in a picture's bytes and throws
 * `UnusableImageError`.
 *
 * Two models look: the first finds faces of any size, but takes a cat for one; the second, given each find alone and
 * enlarged, does not.
 */
export async function loadFaceDetector({ modelFolder, minConfidence = 0.5 }: FaceDetectorOptions) {
  const { ssdMobilenetv1, tinyFaceDetector, faceLandmark68Net } = faceapi.nets;
  for (const net of [ssdMobilenetv1, tinyFaceDetector, faceLandmark68Net])
    await net.loadFromDisk(modelFolder);
  const finder = new faceapi.SsdMobilenetv1Options({ minConfidence, maxResults: MAX_FINDS });
  const judge = new faceapi.TinyFaceDetectorOptions({
    inputSize: CLOSE_UP,
    scoreThreshold: JUDGE_CONFIDENCE,
  });

  return async function detectFaces(bytes: Buffer): Promise<DetectedFaces> {
    const { image, width, height } = await openImage(bytes);
    const resized = image.resize(LONGEST_SIDE, LONGEST_SIDE, { fit: 'inside', withoutEnlargement: true });
    const pixels = await readRgb(resized);
    const finds = await withPixels(pixels, async (tensor) => faceapi.detectAllFaces(tensor, finder));
    const scale = width / pixels.width;
    const faces: Face[] = [];
    for (const { score, box } of finds) {
      const closeUp = await cutOut(pixels, box);
      const isFace = await withPixels(closeUp.pixels, async (tensor) => {
        return (await faceapi.detectAllFaces(tensor, judge)).length > 0;
      });
      if (!isFace) continue;
      faces.push({
        confidence: round(score, 1000),
        box: scaled(box, scale),
        landmarks: await findLandmarks(pixels, box, scale),
      });
    }
    return { width, height, faces: faces.sort((a, b) => b.confidence - a.confidence) };
  };
}

/** The points of one face. */
async function findLandmarks(pixels: RgbPixels, box: PixelBox, scale: number): Promise<Landmark[]> {
  const face = await cutOut(pixels, box, 0);
  const found = await withPixels(face.pixels, (tensor) =>
    faceapi.nets.faceLandmark68Net.detectLandmarks(tensor),
  );
  const landmarks = Array.isArray(found) ? found[0] : found;
  if (!landmarks) return [];
  const mouth = landmarks.getMouth();
  const points = [
    ['leftEye', middle(landmarks.getLeftEye())],
    ['rightEye', middle(landmarks.getRightEye())],
    ['nose', landmarks.getNose()[3]],
    ['mouthLeft', mouth[0]],
    ['mouthRight', mouth[6]],
  ] as const;
  return points.flatMap(([name, point]) => {
    if (!point) return [];
    const x = round((face.left + point.x * face.scale) * scale);
    const y = round((face.top + point.y * face.scale) * scale);
    return [{ name, x, y }];
  });
}

/** A square around a find, with a margin, at the size the second model looks at. */
async function cutOut({ data, width, height }: RgbPixels, box: PixelBox, margin = MARGIN) {
  const left = Math.max(0, Math.floor(box.x - margin * box.width));
  const top = Math.max(0, Math.floor(box.y - margin * box.height));
  const right = Math.min(width, Math.ceil(box.x + (1 + margin) * box.width));
  const bottom = Math.min(height, Math.ceil(box.y + (1 + margin) * box.height));
  const cut = { left, top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
  const closeUp = await sharp(data, { raw: { width, height, channels: 3 } })
    .extract(cut)
    .resize(CLOSE_UP, CLOSE_UP, { fit: 'contain', position: 'left top' })
    .removeAlpha()
    .raw()
    .toBuffer();
  return {
    pixels: { data: closeUp, width: CLOSE_UP, height: CLOSE_UP },
    left,
    top,
    /** Pixels of the picture for one of the close-up. */
    scale: Math.max(cut.width, cut.height) / CLOSE_UP,
  };
}

interface PixelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function scaled({ x, y, width, height }: PixelBox, scale: number): Box {
  return {
    left: round(x * scale),
    top: round(y * scale),
    width: round(width * scale),
    height: round(height * scale),
  };
}

function middle(points: readonly { readonly x: number; readonly y: number }[]) {
  const sum = points.reduce((a, b) => ({ x: a.x + b.x, y: a.y + b.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}

/** To a tenth, or to another fraction. */
function round(value: number, parts = 10): number {
  return Math.round(value * parts) / parts;
}

const LONGEST_SIDE = 800;
const MAX_FINDS = 100;
const CLOSE_UP = 224;
const MARGIN = 0.5;
const JUDGE_CONFIDENCE = 0.35;
