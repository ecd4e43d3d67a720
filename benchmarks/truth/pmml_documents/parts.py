"""Variations of PMML documents: their root and encoding, and whole parts."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.truth.pmml_documents import bases
from benchmarks.truth.pmml_documents.fields import TWO, X1, Document, derived


def roots() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    for label, uri in {
        "none": "", "3_0": "PMML-3_0", "3_1": "PMML-3_1", "3_2": "PMML-3_2", "4_0": "PMML-4_0", "4_1": "PMML-4_1",
        "4_2": "PMML-4_2", "4_3": "PMML-4_3", "4_4": "PMML-4_4", "5_0": "PMML-5_0", "2_1": "PMML-2_1",
        "dotted": "PMML-4.4", "lower": "pmml-4_4", "9_9": "PMML-9_9", "patch": "PMML-4_4_1", "bare": "PMML",
    }.items():  # fmt: skip
        yield (
            f"namespace-{label}",
            base.replace(bases.NAMESPACE, f"http://www.dmg.org/{uri}" if uri else ""),
        )
    yield "namespace-absent", base.replace(f' xmlns="{bases.NAMESPACE}"', "")
    yield "namespace-https", base.replace("http://", "https://")
    yield "namespace-foreign", base.replace(bases.NAMESPACE, "urn:foreign")
    yield "namespace-slash", base.replace(bases.NAMESPACE, bases.NAMESPACE + "/")
    prefixed = (
        base.replace("<", "<p:")
        .replace("<p:/", "</p:")
        .replace("<p:?", "<?")
        .replace("xmlns=", "xmlns:p=")
    )
    yield "namespace-prefix", prefixed
    yield "namespace-unbound", base.replace("<Output>", "<Output><q:x/>")
    yield (
        "namespace-mixed",
        base.replace("<Output>", '<Output xmlns="http://www.dmg.org/PMML-4_2">'),
    )
    for version in ("3.0", "4.1", "4.3", "4.4.1", "5.0", "9.9", "", "abc", "4_4", "2.0", "1.0"):
        yield f"version-{version or 'empty'}", base.replace('version="4.4"', f'version="{version}"')
    yield "version-absent", base.replace(' version="4.4"', "")
    yield "version-older", base.replace('PMML-4_4" version="4.4"', 'PMML-3_0" version="3.0"')
    yield (
        "version-schema-location",
        base.replace(
            "<PMML",
            '<PMML xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://www.dmg.org/PMML-4_4 http://www.dmg.org/pmml/v4-4/pmml-4-4.xsd"',
        ),
    )
    yield "doctype-plain", base.replace("<PMML", "<!DOCTYPE PMML>\n<PMML")
    yield "doctype-dtd", base.replace("<PMML", '<!DOCTYPE PMML SYSTEM "pmml.dtd">\n<PMML')
    yield (
        "doctype-entity",
        base.replace("<PMML", '<!DOCTYPE PMML [<!ENTITY two "2.0">]>\n<PMML').replace(
            'coefficient="2.0"', 'coefficient="&two;"'
        ),
    )
    yield "root-instruction", base.replace("<PMML", '<?xml-stylesheet href="a.xsl"?>\n<PMML')
    yield "root-comment", base.replace("<PMML", "<!-- made by hand -->\n<PMML")
    yield "root-other", base.replace("<PMML", "<PMMLX").replace("</PMML>", "</PMMLX>")
    yield "tail-garbage", base + "garbage"
    yield "tail-element", base + "<more/>"
    yield "tail-comment", base + "<!-- end -->"
    yield "tail-cut", base.replace("</PMML>", "")
    yield "tail-wrong-tag", base.replace("</PMML>", "</PMLL>")
    yield "tail-wrong-model-tag", base.replace("</RegressionModel>", "</TreeModel>")
    yield "cut-middle", base[: len(base) // 2]
    yield "cut-before-model", base[: base.index("<RegressionModel")]
    yield "attribute-twice", base.replace('modelName="r"', 'modelName="r" modelName="s"')
    yield "ampersand", base.replace('modelName="r"', 'modelName="r&s"')
    yield "entity-unknown", base.replace('modelName="r"', 'modelName="&nope;"')
    yield "control", base.replace('modelName="r"', 'modelName="\x01"')


def encodings() -> Iterator[Document]:
    base = bases.REGRESSION
    accented = base.replace('modelName="r"', 'modelName="modèle"')
    yield "encoding-bom", b"\xef\xbb\xbf" + base.encode()
    yield "encoding-utf16", base.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")
    yield (
        "encoding-utf16-be",
        b"\xfe\xff" + base.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16-be"),
    )
    yield "encoding-latin", accented.replace("UTF-8", "ISO-8859-1").encode("latin-1")
    yield "encoding-latin-ascii", base.replace("UTF-8", "ISO-8859-1").encode()
    yield "encoding-wrong", accented.encode("latin-1")
    yield "encoding-accented", accented.encode()
    yield "encoding-ascii", base.replace("UTF-8", "US-ASCII").encode()
    yield "encoding-windows", accented.replace("UTF-8", "windows-1252").encode("cp1252")
    yield "encoding-unknown", base.replace("UTF-8", "x-nonsense").encode()
    yield "encoding-none", base.replace('<?xml version="1.0" encoding="UTF-8"?>\n', "").encode()
    yield (
        "encoding-xml11",
        base.replace('version="1.0" encoding', 'version="1.1" encoding').encode(),
    )
    yield "encoding-empty", b""
    yield "encoding-blank-before", b"\n" + base.encode()


def parts() -> Iterator[tuple[str, str]]:
    base = bases.REGRESSION
    extension = '<Extension name="n" value="v" extender="e">{}</Extension>'
    model = '<RegressionModel functionName="regression" modelName="r" algorithmName="least squares" normalizationMethod="none">'
    assert model in base
    for name, content in {
        "plain": "", "text": "some text", "prefixed": '<q:x xmlns:q="urn:q">1</q:x>', "default": '<x xmlns="urn:q">1</x>',
        "no-namespace": '<x xmlns="">1</x>', "pmml": "<Array n='1' type='int'>1</Array>", "unknown": "<Script>1</Script>",
    }.items():  # fmt: skip
        yield f"extension-{name}", base.replace(model, model + extension.format(content))
        yield (
            f"extension-header-{name}",
            base.replace(
                '<Header copyright="none" description="a recipe">',
                "<Header>" + extension.format(content),
            ),
        )
    yield (
        "extension-in-dictionary",
        base.replace(
            bases.NUMBER, bases.NUMBER.replace("/>", f">{extension.format('')}</DataField>")
        ),
    )
    yield "no-header", base[: base.index("<Header")] + base[base.index("<DataDictionary") :]
    yield "no-application", base.replace('<Application name="recipe" version="1.0"/>', "")
    yield (
        "no-dictionary",
        base[: base.index("<DataDictionary")] + base[base.index("<RegressionModel") :],
    )
    yield "no-model", base[: base.index("<RegressionModel")] + "</PMML>"
    yield "no-schema", base.replace(bases.SCHEMA, "")
    yield "no-schema-tree", bases.TREE.replace(bases.SCHEMA, "")
    yield "empty-schema", base.replace(bases.SCHEMA, "<MiningSchema/>")
    for name in ("true", "false", "0", "1", "False", "bogus"):
        yield f"scorable-{name}", base.replace(model, model.replace(">", f' isScorable="{name}">'))
        yield (
            f"scorable-tree-{name}",
            bases.TREE.replace(
                '<TreeModel functionName="regression"',
                f'<TreeModel isScorable="{name}" functionName="regression"',
            ),
        )
    tree = bases.TREE[bases.TREE.index("<TreeModel") : bases.TREE.index("</PMML>")]
    yield "models-two", base.replace("</PMML>", tree + "</PMML>")
    yield (
        "models-two-first-not-scorable",
        base.replace(model, model.replace(">", ' isScorable="false">')).replace(
            "</PMML>", tree + "</PMML>"
        ),
    )
    yield (
        "models-two-second-not-scorable",
        base.replace(
            "</PMML>", tree.replace("<TreeModel", '<TreeModel isScorable="false"', 1) + "</PMML>"
        ),
    )
    yield (
        "models-two-bad-second",
        base.replace("</PMML>", tree.replace('score="1.0"', 'score="abc"') + "</PMML>"),
    )
    yield "models-two-unknown-second", base.replace("</PMML>", "<UnknownModel/></PMML>")
    yield (
        "models-unsupported-second",
        base.replace("</PMML>", bases.OTHERS["baseline"] % bases.SCHEMA + "</PMML>"),
    )
    yield (
        "models-unsupported-first",
        base.replace(
            "<RegressionModel", bases.OTHERS["baseline"] % bases.SCHEMA + "<RegressionModel", 1
        ),
    )
    verify = ('<ModelVerification recordCount="{}" fieldCount="3"><VerificationFields><VerificationField field="x1" column="x1"/>'
              '<VerificationField field="x2" column="x2"/><VerificationField field="c" column="c"/><VerificationField field="y" column="y"{}/></VerificationFields>'
              "<InlineTable><row><x1>0.5</x1><x2>2.0</x2><c>a</c><y>{}</y></row></InlineTable></ModelVerification></RegressionModel>")  # fmt: skip
    simple = bases.REGRESSION.replace(bases.TARGETS, "").replace(bases.OUTPUT, "")
    for name, (count, more, value) in {
        "right": ("1", "", "1.1"), "wrong": ("1", "", "9"), "count": ("2", "", "1.6"), "precise": ("1", ' precision="1E-3" zeroThreshold="1E-3"', "1.1"),
        "text": ("1", "", "abc"), "bad-count": ("one", "", "1.6"),
    }.items():  # fmt: skip
        yield (
            f"verification-{name}",
            simple.replace("</RegressionModel>", verify.format(count, more, value)),
        )
    yield (
        "verification-unknown-field",
        simple.replace("</RegressionModel>", verify.format("1", "", "1.6")).replace(
            'VerificationField field="x1"', 'VerificationField field="nope"'
        ),
    )
    yield (
        "statistics",
        base.replace(
            bases.TARGETS,
            '<ModelStats><UnivariateStats field="x1"><Counts totalFreq="10" missingFreq="1"/><NumericInfo minimum="0" maximum="1"/></UnivariateStats></ModelStats>'
            + bases.TARGETS,
        ),
    )
    yield (
        "explanation",
        base.replace(
            bases.TARGETS,
            '<ModelExplanation><PredictiveModelQuality targetField="y" dataUsage="training" r-squared="0.5"/></ModelExplanation>'
            + bases.TARGETS,
        ),
    )
    yield (
        "order-output-last",
        base.replace(bases.OUTPUT, "").replace(bases.TABLE, bases.TABLE + bases.OUTPUT),
    )
    yield (
        "order-schema-last",
        base.replace(bases.SCHEMA, "").replace(bases.TABLE, bases.TABLE + bases.SCHEMA),
    )
    yield (
        "order-dictionary-last",
        base[: base.index("<DataDictionary")]
        + base[base.index("<RegressionModel") : base.index("</PMML>")]
        + base[base.index("<DataDictionary") : base.index("<RegressionModel")]
        + "</PMML>",
    )
    yield (
        "target-integer",
        base.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")).replace(
            bases.TARGETS, ""
        ),
    )
    yield (
        "target-integer-cast",
        base.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")),
    )
    yield (
        "target-integer-tree",
        bases.TREE.replace(bases.NUMBER, bases.NUMBER.replace("double", "integer")),
    )
    yield "target-string", base.replace(bases.NUMBER, bases.LABEL).replace(bases.TARGETS, "")
    yield "target-classifier-number", bases.CLASSIFIER.replace(bases.LABEL, bases.NUMBER)
    yield "task-mismatch", base.replace('functionName="regression"', 'functionName="clustering"')
    yield (
        "task-classification",
        base.replace('functionName="regression"', 'functionName="classification"'),
    )
    for depth in (300, 600, 900, 3000, 12000):
        nested = '<Node score="1"><True/>' * depth + "</Node>" * depth
        yield (
            f"deep-{depth}",
            bases.document(
                f'<TreeModel functionName="regression" splitCharacteristic="multiSplit">{bases.SCHEMA}{nested}</TreeModel>'
            ),
        )
    for depth in (100, 200, 300, 400, 500):
        applied = (
            '<Apply function="-">' * depth
            + X1
            + TWO
            + ("</Apply>" + TWO) * (depth - 1)
            + "</Apply>"
        )
        yield f"deep-apply-{depth}", derived(applied)
    for feature in ["probability", "standardError", "standardDeviation", "residual", "clusterId", "entityId", "affinity", "warning", "ruleValue", "reasonCode", "confidence", "decision", "confidenceIntervalLower", "predictedDisplayValue", "entityAffinity", "x-report", "bogus", "transformedValue"]:  # fmt: skip
        yield f"feature-{feature}", base.replace('feature="predictedValue"', f'feature="{feature}"')
        yield (
            f"feature-tree-{feature}",
            bases.CLASSIFIER.replace('feature="probability" value="p"', f'feature="{feature}"'),
        )
    java = (
        '<X-JavaModel xmlns="http://www.dmg.org/PMML-4_4" className="com.example.Model" functionName="regression">'
        + bases.SCHEMA
        + "</X-JavaModel>"
    )
    yield "java-model", bases.document(java)
    yield (
        "java-model-pmml",
        bases.document(
            '<x:JavaModel xmlns:x="http://jpmml.org/jpmml-model" className="com.example.Model" functionName="regression">'
            + bases.SCHEMA
            + "</x:JavaModel>"
        ),
    )
    yield (
        "taxonomy",
        base.replace(
            "</DataDictionary>",
            '<Taxonomy name="tax"><ChildParent childColumn="a" parentColumn="b"><TableLocator/></ChildParent></Taxonomy></DataDictionary>',
        ),
    )
    yield (
        "taxonomy-inline",
        base.replace(
            "</DataDictionary>",
            '<Taxonomy name="tax"><ChildParent childField="a" parentField="b"><InlineTable><row><a>1</a><b>2</b></row></InlineTable></ChildParent></Taxonomy></DataDictionary>',
        ),
    )
    yield (
        "build-task",
        base.replace(
            "<DataDictionary",
            "<MiningBuildTask><Extension name='sql' value='select'/></MiningBuildTask><DataDictionary",
        ),
    )
    yield "math-context", base.replace(model, model.replace(">", ' x-mathContext="float">'))
    yield "math-context-bad", base.replace(model, model.replace(">", ' x-mathContext="bogus">'))
