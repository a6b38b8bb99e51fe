/**
 * The answers that a verdict waits for: who is asked, and the event that is the answer. A review keeps the list of its first
 * moment, so a change here concerns pictures uploaded from then on. Deploy a consumer before it is awaited.
 */
export const awaitedAnswers = [
  { consumer: 'make-thumbnails', event: 'fanbus.images/ThumbnailsMade.v1' },
  { consumer: 'scan-image', event: 'fanbus.images/ImageScanned.v1' },
  { consumer: 'moderate-image', event: 'fanbus.images/ImageModerated.v1' },
  { consumer: 'detect-faces', event: 'fanbus.images/FacesDetected.v1' },
] as const;

export const awaitedConsumers: readonly string[] = awaitedAnswers.map(({ consumer }) => consumer);
