/** Media types of image documents: the OCI image-spec's (media-types.md) and Docker's schema 2, which mean the same. */
export const OCI = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
  layerGzip: 'application/vnd.oci.image.layer.v1.tar+gzip',
  layerZstd: 'application/vnd.oci.image.layer.v1.tar+zstd',
  layoutHeader: 'application/vnd.oci.layout.header.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
} as const;

export const DOCKER = {
  index: 'application/vnd.docker.distribution.manifest.list.v2+json',
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar',
  layerGzip: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
  foreignLayerGzip: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
  manifestSchema1: 'application/vnd.docker.distribution.manifest.v1+json',
  manifestSchema1Signed: 'application/vnd.docker.distribution.manifest.v1+prettyjws',
} as const;

export const isIndexType = (type: string): boolean => type === OCI.index || type === DOCKER.index;

export const isManifestType = (type: string): boolean => type === OCI.manifest || type === DOCKER.manifest;

/** Of the time before schema 2: layers and settings in one document. */
export const isSchema1Type = (type: string): boolean =>
  type === DOCKER.manifestSchema1 || type === DOCKER.manifestSchema1Signed;

export const isLayerType = (type: string): boolean =>
  /^application\/vnd\.(oci\.image\.layer\.(nondistributable\.)?v1\.tar(\+(gzip|zstd))?|docker\.image\.rootfs\.(foreign\.)?diff\.tar(\.gzip)?)$/.test(
    type,
  );

/** How a layer's tar is packed. */
export function layerCompression(type: string): 'none' | 'gzip' | 'zstd' {
  if (/[+.]gzip$/.test(type)) return 'gzip';
  return type.endsWith('+zstd') ? 'zstd' : 'none';
}
