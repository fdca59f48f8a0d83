package io.bascule.firstboot.model;

import java.util.Optional;

/**
 * Whose something is to be.
 *
 * @param user a name or a number; absent for root, or for what it has
 * @param group a name or a number; absent for root, or for what it has
 */
public record Owner(Optional<String> user, Optional<String> group) {
    public static final Owner DEFAULT = new Owner(Optional.empty(), Optional.empty());
}
