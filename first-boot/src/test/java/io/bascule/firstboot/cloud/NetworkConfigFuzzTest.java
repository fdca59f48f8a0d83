package io.bascule.firstboot.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

class NetworkConfigFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "network-config";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "version-1", NetworkConfigReaderTest.VERSION_1.getBytes(UTF_8),
                "version-2", NetworkConfigReaderTest.VERSION_2.getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(ConfigException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.YAML;
    }

    /** YAML takes its time. */
    @Override
    public int mutations() {
        return 3000;
    }

    @Override
    public void read(byte[] input) throws IOException {
        NetworkConfigReader.read("network-config", input);
    }
}
