import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import { parseObject } from '../oci/manifest.ts';
import type { StoredManifest } from './store.ts';

interface Referring {
  subject?: Descriptor;
  artifactType?: string;
  config?: Descriptor;
  annotations?: Record<string, string>;
}

/** What a manifest refers to, and how it is listed there (distribution-spec 1.1, "Pushing Manifests with Subject"). */
export function referrerOf(
  digest: Digest,
  { mediaType, bytes }: StoredManifest,
): { subject: Digest; descriptor: Descriptor } | undefined {
  const { subject, artifactType, config, annotations } = parseObject(bytes) as unknown as Referring;
  if (subject === undefined) return undefined;
  const type = artifactType ?? config?.mediaType;
  return {
    subject: subject.digest,
    descriptor: {
      mediaType,
      digest,
      size: bytes.length,
      ...(type === undefined ? {} : { artifactType: type }),
      ...(annotations === undefined ? {} : { annotations }),
    },
  };
}
