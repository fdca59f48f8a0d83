package io.bascule.firstboot.openstack;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.firstboot.document.ConfigException;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

class NetworkDataFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "network-data";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of("everything", OpenStackReaderTest.NETWORK_DATA.getBytes(UTF_8));
    }

    @Override
    public Set<Class<? extends Exception>> refusals() {
        return Set.of(ConfigException.class);
    }

    @Override
    public FuzzDictionary dictionary() {
        return FuzzDictionary.JSON;
    }

    @Override
    public void read(byte[] input) throws IOException {
        NetworkDataReader.read("network_data.json", input);
    }
}
