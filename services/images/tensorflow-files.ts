/** What a function that runs a model finds beside its bundle: TensorFlow's engine, which runs on any processor. */
export const tensorflowFiles = {
  'tfjs-backend-wasm-simd.wasm':
    'node_modules/@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm',
} as const;
