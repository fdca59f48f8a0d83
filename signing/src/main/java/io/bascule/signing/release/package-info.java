/**
 * Release metadata: {@link io.bascule.signing.release.Version versions} and their order, {@code release.json} as {@link
 * io.bascule.signing.SignedDocument signed JSON}, and its {@link io.bascule.signing.release.ReleaseReader reader}.
 * docs/formats/release.md has the fields.
 */
@NullMarked
package io.bascule.signing.release;

import org.jspecify.annotations.NullMarked;
