"""How collected static files are stored: hashed names, compressed, modules rewritten to the hashed names they import."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class Storage(CompressedManifestStaticFilesStorage):
    support_js_module_import_aggregation = True
    # Without sourceMappingURL: the maps are not collected, and Django would refuse the files that point to them.
    patterns = tuple(
        (extension, tuple(rule for rule in rules if "sourceMappingURL" not in str(rule)))
        for extension, rules in CompressedManifestStaticFilesStorage.patterns
    )
