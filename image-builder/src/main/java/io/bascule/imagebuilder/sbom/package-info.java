/**
 * The software bill of materials of a release: {@link io.bascule.imagebuilder.sbom.Sbom}, in CycloneDX's JSON. Nothing in it
 * is random or of the time of the build.
 */
@NullMarked
package io.bascule.imagebuilder.sbom;

import org.jspecify.annotations.NullMarked;
