/** What of a release resembles what of an earlier one, for deltas that look inside compressed files. */
@NullMarked
package io.bascule.imagebuilder.delta;

import org.jspecify.annotations.NullMarked;
