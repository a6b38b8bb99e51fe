import * as tf from '@tensorflow/tfjs';
import { NSFWJS } from 'nsfwjs/core';
import { MobileNetV2Model } from 'nsfwjs/models/mobilenet_v2';
import { openImage, readRgb } from '../decode-image.ts';
import { withPixels } from '../tensorflow.ts';
import type { LabelConfidence } from './decide.ts';

export const CLASSIFIER_MODEL = 'nsfwjs 4.4.0 MobileNetV2';

/**
 * Loads the model, which is in the bundle; TensorFlow must have been started. The answer tells what a picture's bytes show, the
 * surest first, and throws `UnusableImageError`.
 */
export async function loadClassifier() {
  const model = new NSFWJS(await readModel(), { size: SIDE });
  await model.load();

  return async function classify(bytes: Buffer): Promise<LabelConfidence[]> {
    const { image } = await openImage(bytes);
    // As the model was trained: the whole picture, its sides not in proportion.
    const pixels = await readRgb(image.resize(SIDE, SIDE, { fit: 'fill' }));
    const predictions = await withPixels(pixels, (tensor) => model.classify(tensor));
    return predictions.map(({ className, probability }) => ({
      label: className,
      confidence: Math.round(probability * 1000) / 1000,
    }));
  };
}

/** The model's own `load` would announce itself in the log. */
async function readModel(): Promise<tf.io.IOHandler> {
  const [{ default: model }, ...weights] = await Promise.all([
    MobileNetV2Model.modelJson(),
    ...MobileNetV2Model.weightBundles.map((load) => load()),
  ]);
  const bytes = weights.map((weight) => Buffer.from(weight.default, 'base64'));
  return tf.io.fromMemory({
    modelTopology: model.modelTopology,
    weightSpecs: model.weightsManifest.flatMap((group) => group.weights),
    // A copy of its own: a Buffer may be a part of a larger one.
    weightData: new Uint8Array(Buffer.concat(bytes)).buffer,
  });
}

/** Pixels of the square that the model sees. */
const SIDE = 224;
