package io.bascule.firstboot.source;

import io.bascule.firstboot.model.HostConfig;

/**
 * A configuration, read and understood.
 *
 * @param source where it came from, in words
 * @param sha256 of all its documents, 64 hexadecimal digits
 */
public record LoadedConfig(String source, String sha256, HostConfig config) {}
