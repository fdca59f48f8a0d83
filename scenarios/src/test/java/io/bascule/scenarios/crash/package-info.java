@NullMarked
package io.bascule.scenarios.crash;

import org.jspecify.annotations.NullMarked;
