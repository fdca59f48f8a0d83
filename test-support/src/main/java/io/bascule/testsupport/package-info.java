/**
 * What tests of all modules share: {@link io.bascule.testsupport.ExternalTool foreign tools} as oracles, and {@link
 * io.bascule.testsupport.FuzzTarget fuzzing} of parsers. Used in tests only, and never shipped.
 */
@NullMarked
package io.bascule.testsupport;

import org.jspecify.annotations.NullMarked;
