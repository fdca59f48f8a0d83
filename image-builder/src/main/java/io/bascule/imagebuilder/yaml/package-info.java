/** YAML that people write, read so that every complaint names file, line and key. */
@NullMarked
package io.bascule.imagebuilder.yaml;

import org.jspecify.annotations.NullMarked;
