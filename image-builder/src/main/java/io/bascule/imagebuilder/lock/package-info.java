/** {@code lock.yaml}: what a board was built from, to the byte ({@code docs/formats/lock.md}). */
@NullMarked
package io.bascule.imagebuilder.lock;

import org.jspecify.annotations.NullMarked;
