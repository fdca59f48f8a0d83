package io.bascule.firstboot.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.bascule.firstboot.apply.Applier;
import io.bascule.firstboot.document.ConfigException;
import io.bascule.firstboot.model.Items;
import io.bascule.testsupport.FuzzDictionary;
import io.bascule.testsupport.FuzzTests;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;

class CloudConfigFuzzTest extends FuzzTests {
    @Override
    public String name() {
        return "cloud-config";
    }

    @Override
    public Map<String, byte[]> seeds() {
        return Map.of(
                "everything", NoCloudReaderTest.USER_DATA.getBytes(UTF_8),
                "little",
                        "#cloud-config\nhostname: tower\nwrite_files: [{path: /etc/x, content: y}]\n".getBytes(UTF_8));
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
        Applier.describe(Items.merge(List.of(), UserData.read("user-data", input)));
    }
}
