/**
 * Where releases come from: {@link io.bascule.updateengine.source.ReleaseSource} is a release folder on disk or behind HTTP,
 * and nothing that comes out of it is trusted.
 */
@NullMarked
package io.bascule.updateengine.source;

import org.jspecify.annotations.NullMarked;
