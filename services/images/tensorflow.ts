import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import type { RgbPixels } from './decode-image.ts';

/** Starts TensorFlow on WebAssembly, whose file is in this folder. Rejects when it cannot be: the plain CPU would take seconds. */
export async function startTensorflow(wasmFolder: string): Promise<void> {
  tf.enableProdMode();
  // One thread: a function of these sizes has one processor, and a worker would outlive the invocation.
  tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
  setWasmPaths(`${wasmFolder}/`);
  if (!(await tf.setBackend('wasm'))) {
    throw new Error(`TensorFlow cannot run on WebAssembly: is tfjs-backend-wasm-simd.wasm in ${wasmFolder}?`);
  }
  await tf.ready();
}

/** Gives pixels to a model, and frees them whatever it makes of them. */
export async function withPixels<Result>(
  { data, width, height }: RgbPixels,
  work: (pixels: tf.Tensor3D) => Promise<Result>,
): Promise<Result> {
  const pixels = tf.tensor3d(data, [height, width, 3], 'int32');
  try {
    return await work(pixels);
  } finally {
    pixels.dispose();
  }
}
