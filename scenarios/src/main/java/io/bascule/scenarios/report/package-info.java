/** What is left of a scenario: its result as JSON, and one page about all of them. */
@NullMarked
package io.bascule.scenarios.report;

import org.jspecify.annotations.NullMarked;
