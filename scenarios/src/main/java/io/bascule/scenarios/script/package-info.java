/**
 * The language of scenarios: a {@link io.bascule.scenarios.script.Scenario} is a script that plays on a {@link
 * io.bascule.scenarios.script.Stage}, with hosts whose verbs read like sentences; each sentence is a step of the {@link
 * io.bascule.scenarios.script.Timeline}, with its time and what became of it.
 */
@NullMarked
package io.bascule.scenarios.script;

import org.jspecify.annotations.NullMarked;
