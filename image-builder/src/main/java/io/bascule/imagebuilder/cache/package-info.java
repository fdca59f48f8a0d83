/** What earlier builds have found out already: results of pure functions, kept in a folder. */
@NullMarked
package io.bascule.imagebuilder.cache;

import org.jspecify.annotations.NullMarked;
