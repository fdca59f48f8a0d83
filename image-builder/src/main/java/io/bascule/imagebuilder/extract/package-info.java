/** Takes files out of EROFS images: onto the machine's file system as far as that can hold them, or into a tar. */
@NullMarked
package io.bascule.imagebuilder.extract;

import org.jspecify.annotations.NullMarked;
