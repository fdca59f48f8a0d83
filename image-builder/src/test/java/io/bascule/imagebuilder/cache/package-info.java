@NullMarked
package io.bascule.imagebuilder.cache;

import org.jspecify.annotations.NullMarked;
