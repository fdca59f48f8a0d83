package io.bascule.scenarios.script;

/**
 * A release that a scenario speaks of.
 *
 * @param image a folder of {@code test-images}
 */
public record TestRelease(String image, String version) {

    /** {@return a release that works} */
    public static TestRelease good(String version) {
        return new TestRelease("good", version);
    }

    /** {@return a release of the image of that name, which fails in the way that its README tells} */
    public static TestRelease failing(String image, String version) {
        return new TestRelease(image, version);
    }

    @Override
    public String toString() {
        return version + (image.equals("good") ? "" : " (" + image + ")");
    }
}
