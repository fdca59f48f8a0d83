/**
 * Who may vouch for what a host installs: keys and signatures, {@link io.bascule.signing.Keyring keyrings} with roles and
 * thresholds, key files, and what the readers of signed JSON documents have in common. docs/formats/keyring.md has the
 * bytes.
 */
@NullMarked
package io.bascule.signing;

import org.jspecify.annotations.NullMarked;
