/**
 * Container images as sources: layout folders, archives and registries, after the OCI image and distribution
 * specifications 1.1. {@link io.bascule.imagebuilder.oci.OciSource} gives the files of an image; every byte of it has been
 * compared with a SHA-256 before. See {@code docs/formats/oci.md}.
 */
@NullMarked
package io.bascule.imagebuilder.oci;

import org.jspecify.annotations.NullMarked;
