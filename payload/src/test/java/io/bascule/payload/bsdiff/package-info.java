@NullMarked
package io.bascule.payload.bsdiff;

import org.jspecify.annotations.NullMarked;
