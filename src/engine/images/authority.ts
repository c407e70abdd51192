import type { Tree } from './tree.ts';

/**
 * The certificate of the authority that vouches for the sites of the simulated internet, as Debian's ca-certificates would hold
 * it. It says of itself that it is simulated: its algorithm is of the range for documentation.
 */
export const AUTHORITY_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBCzCB2KADAgECAgEBMAsGCSsGAQQBgf1ZATAsMRAwDgYDVQQKDAdEcnlkb2Nr
MRgwFgYDVQQDDA9Ecnlkb2NrIFJvb3QgQ0EwHhcNMjQwMTAxMDAwMDAwWhcNNDQw
MTAxMDAwMDAwWjAsMRAwDgYDVQQKDAdEcnlkb2NrMRgwFgYDVQQDDA9Ecnlkb2Nr
IFJvb3QgQ0EwMDALBgkrBgEEAYH9WQEDIQAGspwlvHvl5WBqtzjww1e9YyXJydrr
W6vz7zpxp6drVqMTMBEwDwYDVR0TAQH/BAUwAwEB/zALBgkrBgEEAYH9WQEDIQCN
oTj5SNKomq5kBpmEeVF1dNdmXks96EAecSvtIOp07A==
-----END CERTIFICATE-----
`;

/** What the package ca-certificates leaves, of Debian and of Alpine: whom the system trusts. */
export const CA_CERTIFICATES: Tree = { 'etc/ssl/certs/ca-certificates.crt': AUTHORITY_CERTIFICATE };
