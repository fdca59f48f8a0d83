@NullMarked
package io.bascule.scenarios.bootpath;

import org.jspecify.annotations.NullMarked;
