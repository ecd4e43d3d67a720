"""What refresh_pickle_globals.py builds and pickles: one expression a line, grouped by library.

The names in scope are the modules that ``IMPORTS`` names. A line is an expression; its value is
pickled; an indented line continues the one before. ``fit(estimator, kind)`` fits on small made up
data and returns the estimator.
"""

from __future__ import annotations

IMPORTS = {
    "np": "numpy",
    "pd": "pandas",
    "torch": "torch",
    "nn": "torch.nn",
    "xgb": "xgboost",
    "lgb": "lightgbm",
    "cat": "catboost",
    "sm": "statsmodels.api",
    "tsa": "statsmodels.tsa.api",
    "ce": "category_encoders",
    "joblib": "joblib",
    "sp": "scipy.sparse",
    "stats": "scipy.stats",
    "interp": "scipy.interpolate",
    "spatial": "scipy.spatial",
    "optimize": "scipy.optimize",
    "signal": "scipy.signal",
    "sklearn": "sklearn",
    "skbase": "sklearn.base",
    "skpipe": "sklearn.pipeline",
    "skcompose": "sklearn.compose",
    "skms": "sklearn.model_selection",
    "skmetrics": "sklearn.metrics",
    "skpre": "sklearn.preprocessing",
    "sklin": "sklearn.linear_model",
    "skens": "sklearn.ensemble",
    "sktree": "sklearn.tree",
    "sktext": "sklearn.feature_extraction.text",
    "skgp": "sklearn.gaussian_process",
    "kernels": "sklearn.gaussian_process.kernels",
    "skneigh": "sklearn.neighbors",
    "sksel": "sklearn.feature_selection",
    "skimpute": "sklearn.impute",
    "skutils": "sklearn.utils",
    "sksvm": "sklearn.svm",
    "skdata": "sklearn.datasets",
    "imblearn": "imblearn",
    "overs": "imblearn.over_sampling",
    "unders": "imblearn.under_sampling",
    "comb": "imblearn.combine",
    "imbens": "imblearn.ensemble",
    "imbpipe": "imblearn.pipeline",
    "datetime": "datetime",
    "decimal": "decimal",
    "fractions": "fractions",
    "uuid": "uuid",
    "collections": "collections",
    "ipaddress": "ipaddress",
    "pathlib": "pathlib",
    "types": "types",
    "array": "array",
    "zoneinfo": "zoneinfo",
    "re": "re",
    "random": "random",
    "io": "io",
    "argparse": "argparse",
    "lrs": "torch.optim.lr_scheduler",
    "optim": "torch.optim",
    "qnn": "torch.ao.nn.quantized",
    "quant": "torch.ao.quantization",
}

STDLIB = """
[set(), frozenset([1]), bytearray(b"a"), complex(1, 2), range(3), slice(1, 2), b"a\\xff", ...,
    NotImplemented]
[object(), int, float, str, bool, bytes, list, tuple, dict, object, complex, range, slice, set,
    frozenset]
[ValueError("a"), TypeError("a"), KeyError("a"), RuntimeError("a"), IndexError(1),
    AttributeError("a")]
[NotImplementedError("a"), ArithmeticError("a"), ZeroDivisionError("a"), OverflowError("a"),
    AssertionError("a")]
[StopIteration(1), LookupError("a"), Exception("a"), Warning("a"), UserWarning("a"),
    FutureWarning("a")]
[DeprecationWarning("a"), RuntimeWarning("a"), EOFError("a"), MemoryError("a"),
    FloatingPointError("a")]
[datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), datetime.date(2020, 1, 1),
    datetime.time(1)]
[datetime.timedelta(1), datetime.timezone(datetime.timedelta(hours=1)), datetime.tzinfo()]
[decimal.Decimal("1.1"), fractions.Fraction(1, 2), uuid.UUID(int=1), uuid.SafeUUID.safe]
[collections.OrderedDict(a=1), collections.defaultdict(list, a=[1]), collections.Counter("ab"),
    collections.deque([1])]
[collections.ChainMap({}), collections.UserDict(), collections.UserList(),
    collections.UserString("a")]
[ipaddress.ip_address("1.1.1.1"), ipaddress.ip_address("::1"), ipaddress.ip_network("10.0.0.0/8")]
[ipaddress.ip_network("::/8"), ipaddress.ip_interface("10.0.0.1/8"),
    ipaddress.ip_interface("::1/8")]
[pathlib.PurePosixPath("a"), pathlib.PureWindowsPath("a"), pathlib.Path("a")]
[types.SimpleNamespace(a=1), array.array("d", [1.0]), re.compile("a"), random.Random(1),
    argparse.Namespace(a=1)]
[io.BytesIO(b"a"), io.StringIO("a")]
zoneinfo.ZoneInfo("Europe/Rome")
"""

NUMPY = """
[np.arange(3), np.ones((2, 2), order="F"), np.array(["a"]), np.array([b"a"]), np.array([{}],
    dtype=object)]
[np.array(1.5), np.array([], dtype="M8[ns]"), np.array([1], dtype="m8[s]"), np.zeros(2, [("a",
    "i4"), ("b", "U3")])]
[np.dtype(c) for c in "?bhilqBHILQefdgFDGSUVOMm"]
[np.dtype([("a", "f8"), ("b", "i4", (2,))]), np.dtype("M8[ns]"), np.dtype(">f8"), np.dtype("S3")]
[t(1) for t in (np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32,
    np.uint64)]
[t(1) for t in (np.float16, np.float32, np.float64, np.longdouble, np.complex64, np.complex128,
    np.clongdouble)]
[np.str_("a"), np.bytes_(b"a"), np.datetime64("2020-01-01"), np.timedelta64(1, "s"), np.void(b"a")]
[t for t in set(np._core.numerictypes.sctypeDict.values())]
[type(np.dtype(c)) for c in "?bhilqBHILQefdgFDGSUVOMm"]
[np.ndarray, np.dtype, np.generic, np.number, np.integer, np.floating, np.inexact, np.flexible,
    np.character]
[np.signedinteger, np.unsignedinteger, np.complexfloating, np.recarray, np.matrix, np.record]
[np.matrix([[1]]), np.rec.array([(1, 2.0)]), np.ma.array([1, 2], mask=[0, 1]), np.ma.masked,
    np.ma.array([(1,)], dtype=[("a", "i4")])[0]]
np.char.array(["a"])
np.dtypes.StringDType()
np.array(["a"], dtype=np.dtypes.StringDType())
[np.random.RandomState(1), np.random.default_rng(1), np.random.SeedSequence(1)]
[np.random.Generator(g(1)) for g in (np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM,
    np.random.Philox, np.random.SFC64)]
[g(1) for g in (np.random.MT19937, np.random.PCG64, np.random.PCG64DXSM, np.random.Philox,
    np.random.SFC64)]
[np.poly1d([1, 2]), np.polynomial.Polynomial([1, 2]), np.polynomial.Chebyshev([1]),
    np.polynomial.Legendre([1])]
[np.polynomial.Hermite([1]), np.polynomial.HermiteE([1]), np.polynomial.Laguerre([1])]
[np.add, np.log, np.exp, np.log1p, np.expm1, np.sqrt, np.square, np.abs, np.sin, np.cos, np.tanh,
    np.maximum, np.minimum]
[np.mean, np.median, np.sum, np.std, np.var, np.max, np.min, np.log2, np.log10, np.sign, np.clip,
    np.nanmean]
[np.iinfo(np.int32), np.finfo(np.float64)]
"""

SCIPY = """
[getattr(sp.eye(3).tocsr(), "to" + k)() for k in ("bsr", "csc", "csr", "coo", "dia", "dok", "lil")]
[getattr(sp.eye_array(3).tocsr(), "to" + k)() for k in ("bsr", "csc", "csr", "coo", "dia", "dok",
    "lil")]
[interp.interp1d([1, 2, 3], [1, 2, 3]), interp.CubicSpline([1, 2, 3], [1, 2, 3]),
    interp.PchipInterpolator([1, 2, 3], [1, 2, 3])]
[interp.Akima1DInterpolator([1, 2, 3], [1, 2, 3]), interp.BarycentricInterpolator([1, 2], [1, 2]),
    interp.KroghInterpolator([1, 2], [1, 2])]
[interp.UnivariateSpline([1, 2, 3, 4, 5], [1, 2, 3, 4, 5]), interp.make_interp_spline([1, 2, 3,
    4], [1, 2, 3, 4]), interp.PPoly([[1.0]], [0, 1]), interp.BPoly([[1.0]], [0, 1])]
[interp.InterpolatedUnivariateSpline([1, 2, 3, 4], [1, 2, 3, 4]), interp.LSQUnivariateSpline([1,
    2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6], [3.5])]
[interp.RegularGridInterpolator(([0, 1], [0, 1]), [[0, 1], [1, 2]]),
    interp.RBFInterpolator([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])]
[interp.NearestNDInterpolator([[0, 0], [1, 0], [0, 1]], [0, 1, 2])]
interp.RectBivariateSpline(range(5), range(5), np.ones((5, 5)))
interp.SmoothBivariateSpline(np.random.rand(30), np.random.rand(30), np.random.rand(30))
[spatial.cKDTree([[0.0, 1.0]]), spatial.KDTree([[0.0, 1.0]]),
    spatial.transform.Rotation.identity()]
spatial.transform.Slerp([0, 1], spatial.transform.Rotation.identity(2))
spatial.transform.RigidTransform.identity()
[optimize.OptimizeResult(a=1), optimize.Bounds([0], [1]), optimize.LinearConstraint([[1]], [0],
    [1])]
[signal.TransferFunction([1], [1, 1]), signal.StateSpace(1, 1, 1, 1), signal.ZerosPolesGain([],
    [1], 1), signal.dlti([1], [1, 1])]
[stats.gaussian_kde([1.0, 2.0, 3.0])]
[stats.ttest_ind([1, 2, 3], [2, 3, 4]), stats.linregress([1, 2, 3], [1, 2, 4])]
"""

PANDAS = """
[pd.DataFrame({"a": [1, 2], "b": ["x", "y"], "c": [1.5, None]}), pd.Series([1, 2], name="s"),
    pd.Series(["a"], dtype=object)]
pd.DataFrame({"t": pd.date_range("2020", periods=2, tz="UTC"), "c": pd.Categorical(["a", "b"])})
[pd.RangeIndex(3), pd.Index([1, 2]), pd.Index(["a"]), pd.Index([1.5]), pd.CategoricalIndex(["a"]),
    pd.DatetimeIndex(["2020"])]
[pd.TimedeltaIndex(["1D"]), pd.PeriodIndex(["2020"], freq="M"), pd.IntervalIndex.from_breaks([0,
    1, 2]), pd.MultiIndex.from_tuples([(1, "a")])]
[pd.date_range("2020", periods=2, tz="Europe/Rome"), pd.date_range("2020", periods=3, freq="MS")]
[pd.Timestamp("2020"), pd.Timestamp("2020", tz="UTC"), pd.Timedelta("1D"), pd.Period("2020", "M"),
    pd.Interval(0, 1), pd.NaT, pd.NA]
[pd.array([1, None], dtype=d) for d in ("Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16",
    "UInt32", "UInt64", "Float32", "Float64")]
[pd.array([True, None], dtype="boolean"), pd.array(["a"], dtype="string[python]"), pd.array(["a"],
    dtype="string[pyarrow]"), pd.arrays.SparseArray([0, 1])]
[pd.array(["2020"], dtype="M8[ns]"), pd.array(["1D"], dtype="m8[ns]"), pd.array([1],
    dtype="int64"), pd.array(["a"], dtype="str")]
pd.array([1], dtype="int64[pyarrow]")
[pd.CategoricalDtype(["a"]), pd.DatetimeTZDtype(tz="UTC"), pd.PeriodDtype("M"),
    pd.IntervalDtype("int64"), pd.SparseDtype(float)]
[d() for d in (pd.Int8Dtype, pd.Int16Dtype, pd.Int32Dtype, pd.Int64Dtype, pd.UInt8Dtype,
    pd.UInt16Dtype, pd.UInt32Dtype)]
[d() for d in (pd.UInt64Dtype, pd.Float32Dtype, pd.Float64Dtype, pd.BooleanDtype, pd.StringDtype)]
[getattr(pd.offsets, n)() for n in pd.offsets.__all__ if n not in ("BaseOffset", "Tick",
    "DateOffset", "FY5253", "FY5253Quarter")]
[pd.DateOffset(months=1), pd.offsets.FY5253(weekday=1, startingMonth=1, variation="last")]
[pd.DataFrame, pd.Series, pd.Index, pd.DataFrame({"a": pd.arrays.SparseArray([0, 1])}), pd.Flags]
pd.DataFrame({"a": [1]}).set_index("a")
pd.DataFrame({"a": [1, 2], "b": [3, 4]}).pivot_table(index="a", columns="b")
"""

SKLEARN = """
[fit(skpipe.Pipeline([("a", skpre.StandardScaler()), ("b", sklin.LogisticRegression())]), "class")]
fit(skcompose.ColumnTransformer([("a", skpre.StandardScaler(), [0]), ("b", "passthrough", [1]),
    ("c", "drop", [2])], remainder="passthrough"), "class")
fit(skcompose.ColumnTransformer([("a", skpre.StandardScaler(),
    skcompose.make_column_selector())]), "frame")
fit(skms.GridSearchCV(sklin.Ridge(), {"alpha": [0.1, 1.0]}, cv=2), "regress")
fit(skms.RandomizedSearchCV(sklin.Ridge(), {"alpha": [0.1, 1.0]}, n_iter=2, cv=2, scoring="r2"),
    "regress")
fit(skms.GridSearchCV(sklin.LogisticRegression(), {"C": [0.1, 1.0]}, cv=skms.StratifiedKFold(2),
    scoring=skmetrics.make_scorer(skmetrics.f1_score)), "class")
[skmetrics.get_scorer(n) for n in skmetrics.get_scorer_names()]
[skms.KFold(2), skms.StratifiedKFold(2), skms.GroupKFold(2), skms.TimeSeriesSplit(2),
    skms.ShuffleSplit(2), skms.LeaveOneOut()]
[skms.StratifiedShuffleSplit(2), skms.RepeatedKFold(), skms.RepeatedStratifiedKFold(),
    skms.GroupShuffleSplit(2), skms.LeavePOut(2), skms.LeaveOneGroupOut(),
    skms.LeavePGroupsOut(2), skms.PredefinedSplit([0, 1]), skms.StratifiedGroupKFold(2)]
[fit(skens.GradientBoostingClassifier(loss=l, n_estimators=2), "class") for l in ("log_loss",
    "exponential")]
[fit(skens.GradientBoostingRegressor(loss=l, n_estimators=2), "regress") for l in
    ("squared_error", "absolute_error", "huber", "quantile")]
[fit(skens.GradientBoostingClassifier(init=skens.RandomForestClassifier(2), n_estimators=2),
    "class")]
[fit(skens.HistGradientBoostingRegressor(loss=l, max_iter=2, quantile=0.5), "positive") for l in
    ("squared_error", "absolute_error", "gamma", "poisson", "quantile")]
[fit(skens.HistGradientBoostingClassifier(max_iter=2), k) for k in ("class", "class3")]
[fit(sklin.SGDClassifier(loss=l), "class") for l in ("hinge", "log_loss", "modified_huber",
    "squared_hinge", "perceptron", "squared_error", "huber", "epsilon_insensitive",
    "squared_epsilon_insensitive")]
[fit(sklin.SGDRegressor(loss=l), "regress") for l in ("squared_error", "huber",
    "epsilon_insensitive", "squared_epsilon_insensitive")]
[fit(sklin.TweedieRegressor(power=p), "positive") for p in (0, 1, 1.5, 2, 3)]
[fit(sktree.DecisionTreeRegressor(criterion=c), "positive") for c in ("squared_error",
    "friedman_mse", "absolute_error", "poisson")]
[fit(skneigh.KNeighborsClassifier(algorithm=a, metric=m), "class") for a in ("ball_tree",
    "kd_tree") for m in ("euclidean", "manhattan", "chebyshev", "minkowski")]
[skneigh.BallTree(np.random.rand(5, 2), metric=m) for m in ("euclidean", "haversine", "hamming",
    "canberra", "braycurtis", "jaccard", "dice", "rogerstanimoto", "russellrao", "sokalsneath")]
[skmetrics.DistanceMetric.get_metric(m) for m in ("euclidean", "manhattan", "chebyshev",
    "canberra", "braycurtis", "hamming", "haversine", "jaccard", "dice", "rogerstanimoto",
    "russellrao", "sokalsneath")]
[skmetrics.DistanceMetric.get_metric(m, dtype=np.float32) for m in ("euclidean", "manhattan",
    "chebyshev", "canberra", "braycurtis", "hamming", "haversine", "jaccard", "dice",
    "rogerstanimoto", "russellrao", "sokalsneath")]
[skmetrics.DistanceMetric.get_metric("minkowski", p=3),
    skmetrics.DistanceMetric.get_metric("seuclidean", V=np.ones(2)),
    skmetrics.DistanceMetric.get_metric("mahalanobis", V=np.eye(2))]
[fit(skneigh.KernelDensity(), "class"), fit(skgp.GaussianProcessClassifier(), "class"),
    fit(skgp.GaussianProcessClassifier(), "class3")]
[kernels.RBF() + kernels.WhiteKernel() * kernels.ConstantKernel(), kernels.Matern(),
    kernels.RationalQuadratic(), kernels.ExpSineSquared(), kernels.DotProduct(),
    kernels.Exponentiation(kernels.RBF(), 2), kernels.CompoundKernel([kernels.RBF()]),
    kernels.PairwiseKernel()]
[sktext.TfidfVectorizer().fit(["a bb ccc"]), sktext.CountVectorizer().fit(["a bb ccc"]),
    sktext.HashingVectorizer(), sktext.TfidfTransformer()]
[sksel.SelectKBest(), sksel.SelectKBest(sksel.chi2), sksel.SelectKBest(sksel.mutual_info_classif),
    sksel.SelectKBest(sksel.f_regression), sksel.SelectKBest(sksel.mutual_info_regression)]
[skutils.Bunch(a=1), skpre.FunctionTransformer(np.log1p), skpre.FunctionTransformer(),
    sklearn.base.clone(sklin.Ridge())]
[fit(sksvm.SVC(kernel=k, probability=False), "class") for k in ("rbf", "linear", "poly",
    "sigmoid")]
skdata.load_iris()
"""

BOOSTERS = """
[fit(xgb.XGBClassifier(n_estimators=2), "class"), fit(xgb.XGBRegressor(n_estimators=2),
    "regress"), fit(xgb.XGBRFClassifier(n_estimators=2), "class"),
    fit(xgb.XGBRFRegressor(n_estimators=2), "regress"), xgb.XGBRanker()]
xgb.train({}, xgb.DMatrix(np.random.rand(9, 2), label=np.arange(9)), 2)
xgb.XGBClassifier(callbacks=[xgb.callback.EarlyStopping(2)])
[fit(lgb.LGBMClassifier(n_estimators=2, min_child_samples=1, verbose=-1), "class"),
    fit(lgb.LGBMRegressor(n_estimators=2, min_child_samples=1, verbose=-1), "regress"),
    lgb.LGBMRanker()]
lgb.train({"verbose": -1, "min_data_in_leaf": 1}, lgb.Dataset(np.random.rand(30, 2),
    label=np.arange(30)), 2)
[fit(cat.CatBoostClassifier(iterations=2, verbose=0, allow_writing_files=False), "class"),
    fit(cat.CatBoostRegressor(iterations=2, verbose=0, allow_writing_files=False), "regress"),
    cat.CatBoostRanker(), cat.CatBoost()]
[fit(overs.SMOTE(), "class"), fit(overs.RandomOverSampler(), "class"),
    fit(unders.RandomUnderSampler(), "class"), overs.ADASYN(), overs.BorderlineSMOTE(),
    overs.SVMSMOTE(), overs.KMeansSMOTE(), overs.SMOTENC([0]), overs.SMOTEN()]
[unders.NearMiss(), unders.TomekLinks(), unders.ClusterCentroids(),
    unders.EditedNearestNeighbours(), unders.RepeatedEditedNearestNeighbours(), unders.AllKNN(),
    unders.CondensedNearestNeighbour(), unders.InstanceHardnessThreshold(),
    unders.NeighbourhoodCleaningRule(), unders.OneSidedSelection()]
[comb.SMOTEENN(), comb.SMOTETomek(), fit(imbens.BalancedRandomForestClassifier(2), "class"),
    fit(imbens.BalancedBaggingClassifier(n_estimators=2), "class"),
    fit(imbens.EasyEnsembleClassifier(2), "class"), fit(imbens.RUSBoostClassifier(n_estimators=2),
    "class")]
fit(imbpipe.Pipeline([("a", overs.SMOTE()), ("b", sklin.LogisticRegression())]), "class")
[fit(getattr(ce, n)(), "category") for n in ce.__all__ if n not in ("NestedCVWrapper",
    "PolynomialWrapper", "utils", "PolynomialEncoder", "BackwardDifferenceEncoder",
    "HelmertEncoder", "SumEncoder", "wrapper", "MultiClassTargetEncoder")]
"""

STATSMODELS = """
sm.OLS(np.arange(9.0), np.random.rand(9, 2)).fit()
sm.WLS(np.arange(9.0), np.random.rand(9, 2)).fit()
sm.GLS(np.arange(9.0), np.random.rand(9, 2)).fit()
sm.RLM(np.arange(9.0), np.random.rand(9, 2)).fit()
[sm.GLM(np.arange(1.0, 10.0), np.ones((9, 1)), family=f()).fit() for f in (sm.families.Gaussian,
    sm.families.Poisson, sm.families.Gamma)]
sm.GLM(np.array([0, 1, 0, 1, 1]), np.ones((5, 1)), family=sm.families.Binomial()).fit()
sm.OLS(pd.Series(np.arange(9.0)), pd.DataFrame({"a": np.random.rand(9)})).fit()
sm.Logit(np.array([0, 1, 0, 1, 1, 0]), np.ones((6, 1))).fit(disp=0)
sm.Poisson(np.arange(9), np.ones((9, 1))).fit(disp=0)
tsa.ARIMA(np.random.rand(40), order=(1, 0, 0)).fit()
tsa.SARIMAX(np.random.rand(40), order=(1, 0, 0)).fit(disp=0)
tsa.ExponentialSmoothing(np.random.rand(40)).fit()
tsa.AutoReg(np.random.rand(40), 1).fit()
tsa.VAR(np.random.rand(40, 2)).fit(1)
"""

TORCH = """
[torch.zeros(2, dtype=d) for d in (torch.float16, torch.float32, torch.float64, torch.bfloat16,
    torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8, torch.bool, torch.complex64,
    torch.complex128)]
[torch.zeros(2).to(d) for d in (torch.float8_e4m3fn, torch.float8_e5m2, torch.uint16,
    torch.uint32, torch.uint64)]
[torch.quantize_per_tensor(torch.zeros(2), 1.0, 0, d) for d in (torch.qint8, torch.quint8,
    torch.qint32)]
torch.quantize_per_channel(torch.zeros(2, 2), torch.ones(2), torch.zeros(2), 0, torch.qint8)
[torch.eye(2).to_sparse(), torch.eye(2).to_sparse_csr(), torch.zeros(2, device="meta"),
    torch.zeros(2, requires_grad=True), nn.Parameter(torch.zeros(2))]
[torch.float32, torch.strided, torch.sparse_coo, torch.device("cpu"), torch.Size([1]),
    torch.preserve_format, torch.contiguous_format, torch.per_tensor_affine]
[nn.ParameterList([nn.Parameter(torch.zeros(2))]), nn.ParameterDict({"a":
    nn.Parameter(torch.zeros(2))}), nn.Buffer(torch.zeros(1))]
torch.nested.nested_tensor([torch.zeros(2)])
[nn.Linear, nn.functional.relu, nn.functional.gelu, nn.functional.silu, torch.relu, torch.tanh,
    torch.sigmoid]
[torch.finfo(torch.float32), torch.Generator()]
nn.utils.parametrizations.weight_norm(nn.Linear(2, 2)).state_dict()
[nn.utils.spectral_norm(nn.Linear(2, 2)), nn.utils.weight_norm(nn.Linear(2, 2))]
[nn.Sequential(nn.Linear(2, 2), nn.ReLU()).state_dict(), nn.Sequential(nn.Linear(2, 2), nn.ReLU())]
nn.utils.rnn.pack_sequence([torch.zeros(2)])
torch.amp.GradScaler("cpu")
[torch.utils.data.TensorDataset(torch.zeros(2)),
    torch.utils.data.Subset(torch.utils.data.TensorDataset(torch.zeros(2)), [0])]
[qnn.Linear(2, 2), qnn.Conv2d(1, 1, 1), qnn.ReLU6(), qnn.Quantize(1.0, 0, torch.quint8),
    qnn.DeQuantize(), qnn.FloatFunctional(), qnn.QFunctional(), qnn.Embedding(2, 2),
    qnn.BatchNorm2d(2)]
[quant.MinMaxObserver(), quant.HistogramObserver(), quant.FakeQuantize(), quant.QuantStub(),
    quant.DeQuantStub(), quant.MovingAverageMinMaxObserver(), quant.PerChannelMinMaxObserver()]
"""

GROUPS = {
    "stdlib": STDLIB,
    "numpy": NUMPY,
    "scipy": SCIPY,
    "pandas": PANDAS,
    "sklearn": SKLEARN,
    "boosters": BOOSTERS,
    "statsmodels": STATSMODELS,
    "torch": TORCH,
}

# How torch modules, optimizers and schedulers are built where a bare call does not do.
MODULE_ARGUMENTS = """
(2, 2) | (2,) | () | (1, 1, 1) | (2, 2, 2) | (2, [2]) | (4, 2) | (2, 1) | ((2, 2),) | (1, (2,))
"""
OPTIMIZER_ARGUMENTS = {"lr": 0.1}
SCHEDULERS = """
lrs.StepLR(OPT, 1)
lrs.MultiStepLR(OPT, [1])
lrs.ConstantLR(OPT)
lrs.LinearLR(OPT)
lrs.ExponentialLR(OPT, 0.9)
lrs.CosineAnnealingLR(OPT, 2)
lrs.CosineAnnealingWarmRestarts(OPT, 2)
lrs.ReduceLROnPlateau(OPT)
lrs.CyclicLR(OPT, 0.1, 0.2, cycle_momentum=False)
lrs.OneCycleLR(OPT, 0.1, 10)
lrs.PolynomialLR(OPT)
lrs.SequentialLR(OPT, [lrs.ConstantLR(OPT), lrs.ExponentialLR(OPT, 0.9)], [2])
lrs.ChainedScheduler([lrs.ConstantLR(OPT), lrs.ExponentialLR(OPT, 0.9)])
"""


def expressions(text: str) -> list[str]:
    """The expressions of a group, continued lines joined."""
    joined: list[str] = []
    for line in filter(str.strip, text.splitlines()):
        if line.startswith(" "):
            joined[-1] += " " + line.strip()
        else:
            joined.append(line.strip())
    return joined
