/**
 * Private keys that no file of ours holds: behind a program ({@link io.bascule.signing.external.CommandSigner}) or in a
 * PKCS#11 token ({@link io.bascule.signing.external.Pkcs11Signer}). {@link io.bascule.signing.external.Signers} opens
 * whatever a user names. docs/formats/keyring.md, "Keys elsewhere", has the names and the program's protocol.
 */
@NullMarked
package io.bascule.signing.external;

import org.jspecify.annotations.NullMarked;
