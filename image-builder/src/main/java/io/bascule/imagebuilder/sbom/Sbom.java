package io.bascule.imagebuilder.sbom;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.bascule.imagebuilder.image.InstalledPackage;
import io.bascule.partitionlayout.gpt.Guid;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The software bill of materials of a release, as CycloneDX 1.6 ({@code docs/formats/sbom.md}).
 *
 * @param board name of the board
 * @param version of the release
 * @param buildTime time of every file in the image
 * @param rootHash dm-verity root hash of {@code /usr}
 * @param osRelease fields of the image's os-release
 * @param packages what is installed
 * @param engine what the image has of the update engine
 */
public record Sbom(
        String board,
        String version,
        Instant buildTime,
        String rootHash,
        Map<String, String> osRelease,
        List<InstalledPackage> packages,
        EngineParts engine) {
    private static final String SPEC_VERSION = "1.6";

    /** What SPDX says for: nobody claims to know. */
    private static final String NO_ASSERTION = "NOASSERTION";

    private static final Pattern MAINTAINER = Pattern.compile("(.*?)\\s*<([^<>\\s]+@[^<>\\s]+)>");

    public Sbom {
        osRelease = Map.copyOf(osRelease);
        packages = List.copyOf(packages);
    }

    /** {@return the document} */
    public ObjectNode toJson() {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", "http://cyclonedx.org/schema/bom-" + SPEC_VERSION + ".schema.json");
        root.put("bomFormat", "CycloneDX");
        root.put("specVersion", SPEC_VERSION);
        root.put("serialNumber", "urn:uuid:" + Guid.nameBased("sbom/" + board + "/" + version + "/" + rootHash));
        root.put("version", 1);
        addMetadata(root.putObject("metadata"));
        var components = root.putArray("components");
        addEngine(components);
        addRuntime(components);
        packages.forEach(item -> addPackage(components, item));
        return root;
    }

    private void addMetadata(ObjectNode metadata) {
        metadata.put("timestamp", buildTime.toString());
        metadata.putArray("lifecycles").addObject().put("phase", "build");
        metadata.putObject("tools")
                .putArray("components")
                .addObject()
                .put("type", "application")
                .put("name", "bascule");
        var os = metadata.putObject("component");
        os.put("type", "operating-system");
        os.put("bom-ref", "os:" + board + "@" + version);
        os.put("name", board);
        os.put("version", version);
        var description = osRelease.getOrDefault("PRETTY_NAME", "");
        if (!description.isEmpty()) {
            os.put("description", description);
        }
        addProperty(os.putArray("properties"), "usr.rootHash", rootHash);
    }

    private void addEngine(ArrayNode components) {
        if (engine.jars().isEmpty()) {
            return;
        }
        var main = engine.jars().stream()
                .filter(jar -> jar.name().equals("update-engine"))
                .findFirst();
        var component = components.addObject();
        component.put("type", "application");
        component.put("bom-ref", "engine");
        component.put("name", "update-engine");
        main.filter(jar -> !jar.version().isEmpty()).ifPresent(jar -> component.put("version", jar.version()));
        component.put("description", "Bascule's engine, which updates the host");
        var libraries = component.putArray("components");
        for (var jar : engine.jars()) {
            var library = libraries.addObject();
            library.put("type", "library");
            library.put("bom-ref", "engine/" + jar.file());
            if (!jar.group().isEmpty()) {
                library.put("group", jar.group());
            }
            library.put("name", jar.name());
            if (!jar.version().isEmpty()) {
                library.put("version", jar.version());
            }
            library.putArray("hashes").addObject().put("alg", "SHA-256").put("content", jar.sha256());
            if (!jar.group().isEmpty()) {
                library.put("purl", PackageUrl.of("maven", jar.group(), jar.name(), jar.version(), Map.of()));
            }
        }
    }

    private void addRuntime(ArrayNode components) {
        if (engine.javaVersion().isEmpty()) {
            return;
        }
        var component = components.addObject();
        component.put("type", "platform");
        component.put("bom-ref", "engine-runtime");
        component.put("name", "java-runtime");
        component.put("version", engine.javaVersion());
        component.put(
                "description", "the Java runtime that the update engine runs on, reduced to the modules it needs");
        addProperty(component.putArray("properties"), "java.modules", engine.javaModules());
    }

    private void addPackage(ArrayNode components, InstalledPackage item) {
        var purl = purl(item);
        var component = components.addObject();
        component.put("type", "library");
        component.put("bom-ref", purl);
        addSupplier(component, item.maintainer());
        component.put("name", item.name());
        component.put("version", item.version());
        addLicenses(component.putArray("licenses"), item.licenses());
        component.put("purl", purl);
        var properties = component.putArray("properties");
        addProperty(properties, "architecture", item.architecture());
        addProperty(properties, "source.name", item.source());
        addProperty(properties, "source.version", item.sourceVersion());
    }

    private String purl(InstalledPackage item) {
        var distribution = osRelease.getOrDefault("ID", "debian");
        var release = osRelease.getOrDefault("VERSION_ID", "");
        var upstream = item.source().equals(item.name()) && item.sourceVersion().equals(item.version())
                ? ""
                : item.source() + (item.sourceVersion().equals(item.version()) ? "" : "@" + item.sourceVersion());
        return PackageUrl.of(
                "deb",
                distribution,
                item.name(),
                item.version(),
                Map.of(
                        "arch",
                        item.architecture(),
                        "distro",
                        distribution + (release.isEmpty() ? "" : "-" + release),
                        "upstream",
                        upstream));
    }

    private static void addSupplier(ObjectNode component, String maintainer) {
        if (maintainer.isEmpty()) {
            return;
        }
        var parts = MAINTAINER.matcher(maintainer);
        var supplier = component.putObject("supplier");
        if (!parts.matches()) {
            supplier.put("name", maintainer);
            return;
        }
        supplier.put("name", parts.group(1).isEmpty() ? parts.group(2) : parts.group(1));
        supplier.putArray("contact").addObject().put("email", parts.group(2));
    }

    /** One expression if all is SPDX's and something is a choice, else a list: CycloneDX does not mix them. */
    private static void addLicenses(ArrayNode licenses, List<String> declared) {
        if (declared.isEmpty()) {
            licenses.addObject().putObject("license").put("name", NO_ASSERTION);
            return;
        }
        var expressions = new TreeSet<String>();
        for (var text : declared) {
            var expression = SpdxLicenses.expression(text);
            if (expression.isEmpty()) {
                addList(licenses, declared);
                return;
            }
            expressions.add(expression.get());
        }
        if (expressions.stream().noneMatch(expression -> expression.contains(" "))) {
            addList(licenses, declared);
            return;
        }
        licenses.addObject()
                .put(
                        "expression",
                        expressions.size() == 1
                                ? expressions.first()
                                : String.join(
                                        " AND ",
                                        expressions.stream()
                                                .map(text -> text.contains(" ") ? "(" + text + ")" : text)
                                                .toList()));
    }

    private static void addList(ArrayNode licenses, List<String> declared) {
        var ids = new TreeSet<String>();
        var names = new TreeSet<String>();
        declared.forEach(text -> SpdxLicenses.id(text).ifPresentOrElse(ids::add, () -> names.add(text)));
        ids.forEach(id -> licenses.addObject().putObject("license").put("id", id));
        names.forEach(name -> licenses.addObject().putObject("license").put("name", name));
    }

    private static void addProperty(ArrayNode properties, String name, String value) {
        properties.addObject().put("name", "bascule:" + name).put("value", value);
    }
}
