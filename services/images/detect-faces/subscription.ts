import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';
import { tensorflowFiles } from '../tensorflow-files.ts';

const models = 'node_modules/@vladmandic/face-api/model';

export const subscription = {
  name: 'detect-faces',
  description: 'Finds the faces in an uploaded picture, with their landmarks.',
  consumes: [pictureUploaded],
  emits: ['FacesDetected.v1'],
  // One picture at a time: the model has the processor for itself.
  batch: { size: 1, maxConcurrency: 4 },
  function: {
    memoryMb: 1769,
    timeoutSeconds: 60,
    architecture: 'x86_64',
    nativePackages: ['sharp'],
    files: {
      ...tensorflowFiles,
      'models/ssd_mobilenetv1_model-weights_manifest.json': `${models}/ssd_mobilenetv1_model-weights_manifest.json`,
      'models/ssd_mobilenetv1_model.bin': `${models}/ssd_mobilenetv1_model.bin`,
      'models/tiny_face_detector_model-weights_manifest.json': `${models}/tiny_face_detector_model-weights_manifest.json`,
      'models/tiny_face_detector_model.bin': `${models}/tiny_face_detector_model.bin`,
      'models/face_landmark_68_model-weights_manifest.json': `${models}/face_landmark_68_model-weights_manifest.json`,
      'models/face_landmark_68_model.bin': `${models}/face_landmark_68_model.bin`,
    },
  },
} as const satisfies Subscription;
