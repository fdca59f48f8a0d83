/**
 * What is in a disk image, a UKI, a file system image: {@link io.bascule.imagebuilder.inspect.ImageInspector} tells, {@link
 * io.bascule.imagebuilder.inspect.DiskVerifier} checks every hash in it and says what each check proves.
 */
@NullMarked
package io.bascule.imagebuilder.inspect;

import org.jspecify.annotations.NullMarked;
