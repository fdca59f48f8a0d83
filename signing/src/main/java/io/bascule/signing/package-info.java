/**
 * Who may vouch for what a host installs: keys and signatures, {@link io.bascule.signing.Keyring keyrings} with roles and
 * thresholds and {@link io.bascule.signing.KeyringRotation their successors}, key files, and what the readers of signed JSON
 * documents have in common. docs/formats/keyring.md has the bytes.
 */
@NullMarked
package io.bascule.signing;

import org.jspecify.annotations.NullMarked;
