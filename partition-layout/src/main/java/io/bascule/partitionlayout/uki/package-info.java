/**
 * What a unified kernel image says of itself (UAPI.5), read without trusting it: the engine has to know which {@code /usr}
 * a kernel on the ESP belongs to. {@link io.bascule.partitionlayout.uki.UkiReader} is the way in; the builder makes UKIs
 * with the same PE constants.
 */
@NullMarked
package io.bascule.partitionlayout.uki;

import org.jspecify.annotations.NullMarked;
