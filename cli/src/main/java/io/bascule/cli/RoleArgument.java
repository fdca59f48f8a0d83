package io.bascule.cli;

import io.bascule.signing.Role;
import java.util.EnumSet;
import java.util.Set;

/**
 * An argument that may name a role before an equals sign, like {@code release=2}.
 *
 * @param roles the one that it names, or both if it names none
 * @param value what stands behind
 */
record RoleArgument(Set<Role> roles, String value) {
    static RoleArgument parse(String text) {
        for (var role : Role.values()) {
            var prefix = role.text() + "=";
            if (text.startsWith(prefix)) {
                return new RoleArgument(EnumSet.of(role), text.substring(prefix.length()));
            }
        }
        return new RoleArgument(EnumSet.allOf(Role.class), text);
    }

    /** {@return the number that stands behind a role; both must be there} */
    int number(String option) throws CliFailure {
        try {
            if (roles.size() == 1 && value.length() <= 4) {
                return Integer.parseInt(value);
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new CliFailure(
                ExitCode.USAGE,
                option + ": not a role and a number: '" + value + "'",
                "write it like release=2 or keyring=2");
    }
}
